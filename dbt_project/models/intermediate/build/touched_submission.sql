{{ config(post_hook='analyze {{ this }}') }}

with changes as (

    select * from {{ ref('stg_changes') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

final as (

    select
        changes.submission_id,
        bool_or(changes.kind in ('loaded', 'withdrawn', 'restored')) as are_rows_touched
    from changes
    inner join build_range
        on
            changes.change_seq > build_range.from_load_seq
            and changes.change_seq <= build_range.to_load_seq
    where changes.submission_id is not null
    group by changes.submission_id

)

select * from final
