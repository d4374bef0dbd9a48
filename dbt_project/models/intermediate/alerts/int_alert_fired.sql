{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_alert_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[
        {'columns': ['commodity_code', 'price_level', 'observed_on']},
        {'columns': ['regency_code', 'commodity_code', 'price_level', 'rule_code', 'observed_on'], 'unique': true},
    ],
    post_hook='analyze {{ this }}',
) }}

with regency_days as not materialized (

    select * from {{ ref('fct_price_daily') }}
    where price_idr is not null

),

province_days as not materialized (

    select * from {{ ref('fct_price_province_daily') }}

),

months as (

    select * from {{ ref('fct_price_monthly') }}

),

stocks as (

    select * from {{ ref('fct_stock_daily') }}

),

thresholds as (

    select * from {{ ref('int_alert_threshold') }}

),

touched as (

    select * from {{ ref('touched_alert_day') }}

),

-- Each is joined with the touched days before they are put together: so it is searched by its index.
touched_days as (

    select
        observed_on,
        regency_days.regency_code,
        commodity_code,
        price_level,
        regency_days.price_idr,
        regency_days.change_1d_pct,
        regency_days.change_7d_pct,
        regency_days.ceiling_idr,
        regency_days.ceiling_deviation_pct,
        null::numeric as cv_between_regions_pct
    from regency_days
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}
    union all
    select
        observed_on,
        {{ province_code() }} as regency_code,
        commodity_code,
        price_level,
        province_days.price_idr,
        province_days.change_1d_pct,
        province_days.change_7d_pct,
        null::bigint as ceiling_idr,
        null::numeric as ceiling_deviation_pct,
        province_days.cv_between_regions_pct
    from province_days
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}

),

measured_days as (

    select
        touched_days.*,
        measures.rule_code,
        measures.measured_value,
        measures.baseline_value
    from touched_days
    cross join lateral (
        values
        ('above_ceiling', touched_days.ceiling_deviation_pct, touched_days.ceiling_idr::numeric),
        (
            'jump_1d',
            abs(touched_days.change_1d_pct),
            {{ price_before_change('touched_days.price_idr', 'touched_days.change_1d_pct') }}
        ),
        (
            'jump_7d',
            abs(touched_days.change_7d_pct),
            {{ price_before_change('touched_days.price_idr', 'touched_days.change_7d_pct') }}
        ),
        ('wide_spread', touched_days.cv_between_regions_pct, null)
    ) as measures (rule_code, measured_value, baseline_value)

),

fired_on_days as (

    select
        measured_days.observed_on,
        measured_days.regency_code,
        measured_days.commodity_code,
        measured_days.price_level,
        thresholds.rule_code,
        thresholds.gap_days,
        measured_days.price_idr as figure_value,
        measured_days.baseline_value,
        measured_days.measured_value,
        thresholds.threshold_value,
        thresholds.threshold_unit,
        'fired' as alert_class
    from measured_days
    inner join thresholds using (rule_code, commodity_code)
    where
        measured_days.measured_value > thresholds.threshold_value
        or (
            measured_days.measured_value = thresholds.threshold_value
            and thresholds.rule_code <> 'above_ceiling'
        )

),

-- Unchanged as long as the commodity may stand still: no day since then on which the price moved or began anew.
fired_unchanged as (

    select
        touched_days.observed_on,
        touched_days.regency_code,
        touched_days.commodity_code,
        touched_days.price_level,
        thresholds.rule_code,
        thresholds.gap_days,
        touched_days.price_idr as figure_value,
        touched_days.price_idr as baseline_value,
        thresholds.threshold_value as measured_value,
        thresholds.threshold_value,
        thresholds.threshold_unit,
        'fired' as alert_class
    from touched_days
    inner join thresholds
        on
            touched_days.commodity_code = thresholds.commodity_code
            and thresholds.rule_code = 'stale'
    where
        touched_days.change_1d_pct = 0
        and touched_days.regency_code <> {{ province_code() }}
        and not exists (
            select 1
            from regency_days
            where
                regency_days.regency_code = touched_days.regency_code
                and regency_days.commodity_code = touched_days.commodity_code
                and regency_days.price_level = touched_days.price_level
                and regency_days.observed_on <= touched_days.observed_on
                and regency_days.observed_on > touched_days.observed_on - thresholds.threshold_value::integer
                and regency_days.change_1d_pct is distinct from 0
        )

),

touched_months as (

    select months.*
    from months
    {% if is_incremental() %}
        inner join touched
            on
                months.commodity_code = touched.commodity_code
                and months.price_level = touched.price_level
                and months.month_on = touched.observed_on
    {% endif %}

),

measured_months as (

    select
        touched_months.*,
        measures.rule_code,
        measures.measured_value,
        measures.baseline_value,
        measures.alert_class
    from touched_months
    cross join lateral (
        values
        ('ifpa', touched_months.ifpa, null::numeric, touched_months.ifpa_status),
        ('alps', touched_months.alps, touched_months.alps_expected_idr, touched_months.alps_status)
    ) as measures (rule_code, measured_value, baseline_value, alert_class)

),

fired_in_months as (

    select
        measured_months.month_on as observed_on,
        measured_months.regency_code,
        measured_months.commodity_code,
        measured_months.price_level,
        thresholds.rule_code,
        thresholds.gap_days,
        measured_months.price_idr as figure_value,
        measured_months.baseline_value,
        measured_months.measured_value,
        thresholds.threshold_value,
        thresholds.threshold_unit,
        measured_months.alert_class
    from measured_months
    inner join thresholds using (rule_code, commodity_code)
    where measured_months.measured_value >= thresholds.threshold_value

),

fired_on_stocks as (

    select
        stocks.observed_on,
        stocks.regency_code,
        stocks.commodity_code,
        {{ no_price_level() }} as price_level,
        thresholds.rule_code,
        thresholds.gap_days,
        stocks.closing_t as figure_value,
        stocks.daily_need_t as baseline_value,
        stocks.days_of_cover as measured_value,
        thresholds.threshold_value,
        thresholds.threshold_unit,
        'fired' as alert_class
    from stocks
    {% if is_incremental() %}
        inner join touched
            on
                stocks.commodity_code = touched.commodity_code
                and stocks.observed_on = touched.observed_on
                and touched.price_level = {{ no_price_level() }}
    {% endif %}
    inner join thresholds
        on
            stocks.commodity_code = thresholds.commodity_code
            and thresholds.rule_code = 'shortage'
    where stocks.is_short

),

fired as (

    select * from fired_on_days
    union all
    select * from fired_unchanged
    union all
    select * from fired_in_months
    union all
    select * from fired_on_stocks

),

-- The day on which the same rule was looked at before, if it is near enough for a run to go on.
final as (

    select
        fired.observed_on,
        fired.regency_code,
        fired.commodity_code,
        fired.price_level,
        fired.rule_code,
        fired.figure_value,
        fired.baseline_value,
        fired.measured_value,
        fired.threshold_value,
        fired.threshold_unit,
        fired.alert_class,
        previous.looked_at_on as previous_on
    from fired
    left join lateral (
        {{ day_looked_at('fired', 'before') }}
    ) as previous on true

)

select * from final
