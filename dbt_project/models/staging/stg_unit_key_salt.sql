with source as (

    select * from {{ source('intake', 'unit_key_salt') }}

),

renamed as (

    select salt
    from source

)

select * from renamed
