with source as (

    select * from {{ source('raw', 'indicator_realisations') }}

),

final as (

    select
        source.submission_id,
        source.load_seq,
        source.sheet,
        source.row_number,
        source.indicator_code,
        source.regency_code,
        source.indicator_year,
        source.period,
        source.period_on,
        source.numerator,
        source.denominator,
        source.realised_value
    from source
    where {{ counts_in_this_build('source') }}

)

select * from final
