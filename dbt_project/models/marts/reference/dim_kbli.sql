with kbli as (

    select * from {{ ref('kbli') }}

),

final as (

    select
        kbli_code,
        kbli_name,
        division_code,
        division_name,
        kbli_version
    from kbli

)

select * from final
