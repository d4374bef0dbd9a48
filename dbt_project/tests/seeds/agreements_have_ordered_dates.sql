-- Validity does not end before it begins, nor begin before the signing.
with agreements as (

    select
        mandate_code as agreement,
        signed_on,
        valid_from_on,
        valid_to_on
    from {{ ref('mandates') }}
    union all
    select
        concat_ws(' ', regency_code, programme_code) as agreement,
        null as signed_on,
        valid_from_on,
        valid_to_on
    from {{ ref('programme_signups') }}

)

select *
from agreements
where
    valid_from_on is null
    or valid_to_on < valid_from_on
    or valid_from_on < signed_on
