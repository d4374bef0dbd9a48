with source as (

    select * from {{ source('raw', 'staple_stocks') }}

),

renamed as (

    select
        submission_id,
        load_seq,
        sheet,
        row_number,
        observed_on,
        regency_code,
        commodity_code,
        opening_t,
        inflow_t,
        outflow_t,
        closing_t,
        daily_need_t
    from source

)

select * from renamed
