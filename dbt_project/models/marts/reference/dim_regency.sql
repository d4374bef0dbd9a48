with regencies as (

    select * from {{ ref('regencies') }}

),

final as (

    select
        regency_code,
        regency_name,
        regency_kind,
        short_name,
        kemendagri_code,
        siskaperbapo_slug
    from regencies

)

select * from final
