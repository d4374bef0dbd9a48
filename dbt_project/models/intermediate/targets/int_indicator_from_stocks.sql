-- Days of cover at the end of each month: the mean over commodities of the last figure that was reported in it.
with stocks as (

    select
        *,
        date_trunc('month', observed_on)::date as month_on
    from {{ ref('fct_stock_daily') }}
    where days_of_cover is not null

),

last_figures as (

    select distinct on (regency_code, commodity_code, month_on)
        regency_code,
        commodity_code,
        month_on,
        days_of_cover
    from stocks
    order by
        regency_code asc,
        commodity_code asc,
        month_on asc,
        observed_on desc

),

month_ends as (

    select
        month_on,
        max(observed_on) as last_on
    from stocks
    group by month_on

),

final as (

    select
        'ketahanan_stok' as indicator_code,
        last_figures.regency_code,
        last_figures.month_on,
        month_ends.last_on as realised_to_on,
        {{ published_figure('avg(last_figures.days_of_cover)') }} as realised_value
    from last_figures
    inner join month_ends using (month_on)
    group by
        last_figures.regency_code,
        last_figures.month_on,
        month_ends.last_on

)

select * from final
