with mandates as (

    select * from {{ ref('mandates') }}

),

final as (

    select
        mandate_code,
        mandate_name,
        regency_code,
        field,
        signed_on,
        valid_from_on,
        valid_to_on,
        source,
        validity_source
    from mandates

)

select * from final
