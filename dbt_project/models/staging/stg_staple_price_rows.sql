with source as (

    select * from {{ source('raw', 'staple_prices') }}

),

renamed as (

    select
        submission_id,
        load_seq,
        sheet,
        row_number,
        column_number,
        observed_on,
        regency_code,
        market_id,
        commodity_code,
        price_level,
        unit,
        price_idr,
        is_suspect
    from source

)

select * from renamed
