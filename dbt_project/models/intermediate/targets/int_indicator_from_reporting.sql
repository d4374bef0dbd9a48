-- From the grid of what was expected and is due: days with prices (Siskaperbapo), and files of all datasets on time,
-- these in the month in which they were due.
with rates as (

    select
        *,
        (due_at at time zone 'Asia/Jakarta')::date as due_on
    from {{ ref('rpt_reporting_rate') }}
    where
        expected = 1
        and status <> 'awaited'

),

counted as (

    select
        'cakupan_siskaperbapo' as indicator_code,
        regency_code,
        period_on as counted_on,
        received as met
    from rates
    where dataset = 'staple_prices'
    union all
    select
        'ketepatan_lapor' as indicator_code,
        regency_code,
        due_on as counted_on,
        on_time as met
    from rates

),

counted_in_months as (

    select
        *,
        date_trunc('month', counted_on)::date as month_on
    from counted

),

month_ends as (

    select
        indicator_code,
        month_on,
        max(counted_on) as last_on
    from counted_in_months
    group by
        indicator_code,
        month_on

),

final as (

    select
        counted.indicator_code,
        counted.regency_code,
        counted.month_on,
        month_ends.last_on as realised_to_on,
        {{ percent_of('sum(counted.met)', 'count(*)') }} as realised_value,
        sum(counted.met) as numerator,
        count(*) as denominator
    from counted_in_months as counted
    inner join month_ends using (indicator_code, month_on)
    group by
        counted.indicator_code,
        counted.regency_code,
        counted.month_on,
        month_ends.last_on

)

select * from final
