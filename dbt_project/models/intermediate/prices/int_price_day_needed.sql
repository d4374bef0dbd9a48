{{ config(post_hook='analyze {{ this }}') }}

{{ days_and_change_distances('touched_price_change_day', '-') }}
