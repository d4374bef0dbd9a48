{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_submission',
    touched_by=['submission_id'],
    indexes=[{'columns': ['submission_id']}],
) }}

with submissions as (

    select * from {{ ref('stg_submissions') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

touched as (

    select * from {{ ref('touched_submission') }}

),

final as (

    select
        submissions.submission_id,
        submissions.regency_code,
        submissions.dataset,
        submissions.version,
        submissions.file_name,
        submissions.sha256,
        submissions.size_bytes,
        submissions.channel,
        submissions.is_history,
        submissions.business_date as business_on,
        submissions.arrived_at,
        submissions.received_at,
        submissions.verdict,
        submissions.rows_total,
        submissions.rows_accepted,
        submissions.rows_held,
        submissions.galat_count,
        submissions.konfirmasi_count,
        submissions.period_first_on,
        submissions.period_last_on,
        submissions.supersedes_id,
        -- What was published had been loaded; that it is reported since is no news to publish.
        case submissions.state when 'reported' then 'loaded' else submissions.state end as state
    from submissions
    {% if is_incremental() %}
        inner join touched using (submission_id)
    {% endif %}
    where submissions.load_seq <= (select build_range.to_load_seq from build_range)

)

select * from final
