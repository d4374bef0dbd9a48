with source as (

    select * from {{ source('intake', 'explanations') }}

),

renamed as (

    select
        explanation_id,
        explanation
    from source

)

select * from renamed
