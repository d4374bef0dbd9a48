with submissions as (

    select * from {{ ref('stg_submissions') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

final as (

    select submissions.submission_id
    from submissions
    inner join build_range
        on
            submissions.load_seq > build_range.from_load_seq
            and submissions.load_seq <= build_range.to_load_seq

)

select * from final
