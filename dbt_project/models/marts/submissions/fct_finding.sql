{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_submission',
    touched_by=['submission_id'],
    indexes=[{'columns': ['submission_id', 'finding_no']}],
) }}

with findings as (

    select * from {{ ref('stg_findings') }}

),

explanations as (

    select * from {{ ref('stg_explanations') }}

),

submissions as (

    select * from {{ ref('fct_submission') }}

),

touched as (

    select * from {{ ref('touched_submission') }}

),

final as (

    select
        findings.submission_id,
        findings.finding_no,
        findings.rule_id,
        findings.severity,
        findings.sheet,
        findings.row_number,
        findings.cell,
        findings.column_name,
        findings.value,
        findings.message,
        explanations.explanation,
        findings.explanation_id is not null as is_explained
    from findings
    inner join submissions using (submission_id)
    left join explanations using (explanation_id)
    {% if is_incremental() %}
        inner join touched using (submission_id)
    {% endif %}

)

select * from final
