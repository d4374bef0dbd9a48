with publication as (

    select * from {{ source('audit', 'publication') }}

),

latest_night as (

    select business_date
    from {{ source('audit', 'nights') }}
    order by night_id desc
    limit 1

),

changes as (

    select coalesce(max(change_seq), 0) as last_change_seq
    from {{ ref('stg_changes') }}

),

given as (

    select
        {{ sql_value(var('from_load_seq'), 'bigint') }} as from_load_seq,
        {{ sql_value(var('to_load_seq'), 'bigint') }} as to_load_seq,
        {{ sql_value(var('business_date'), 'date') }} as business_date,
        {{ sql_value(var('full'), 'boolean') }} as is_full

),

final as (

    select
        case
            when coalesce(given.is_full, publication.compare_everything) then 0
            else coalesce(given.from_load_seq, publication.load_seq_watermark)
        end as from_load_seq,
        coalesce(given.to_load_seq, changes.last_change_seq) as to_load_seq,
        coalesce(given.business_date, latest_night.business_date) as business_date
    from publication
    cross join changes
    cross join given
    left join latest_night on true

)

select * from final
