with price_rows as (

    select * from {{ ref('stg_staple_price_rows') }}

),

final as (

    select
        price_rows.submission_id,
        price_rows.load_seq,
        price_rows.sheet,
        price_rows.row_number,
        price_rows.column_number,
        price_rows.observed_on,
        price_rows.regency_code,
        price_rows.market_id,
        price_rows.commodity_code,
        price_rows.price_level,
        price_rows.unit,
        price_rows.price_idr,
        price_rows.is_suspect
    from price_rows
    where {{ counts_in_this_build('price_rows') }}

)

select * from final
