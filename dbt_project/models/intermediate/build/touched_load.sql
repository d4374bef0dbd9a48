{{ config(post_hook='analyze {{ this }}') }}

with loads as (

    select * from {{ ref('stg_loads') }}

),

touched_submissions as (

    select * from {{ ref('touched_submission') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

-- A new load or a withdrawal also touches what earlier loads of the submission said: their rows may count no more.
final as (

    select loads.load_seq
    from loads
    left join touched_submissions using (submission_id)
    cross join build_range
    where
        loads.load_seq <= build_range.to_load_seq
        and (loads.load_seq > build_range.from_load_seq or touched_submissions.are_rows_touched)

)

select * from final
