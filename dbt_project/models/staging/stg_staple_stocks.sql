with stock_rows as (

    select * from {{ ref('stg_staple_stock_rows') }}

),

final as (

    select
        stock_rows.submission_id,
        stock_rows.load_seq,
        stock_rows.sheet,
        stock_rows.row_number,
        stock_rows.observed_on,
        stock_rows.regency_code,
        stock_rows.commodity_code,
        stock_rows.opening_t,
        stock_rows.inflow_t,
        stock_rows.outflow_t,
        stock_rows.closing_t,
        stock_rows.daily_need_t
    from stock_rows
    where {{ counts_in_this_build('stock_rows') }}

)

select * from final
