with tracking as (

    select *
    from {{ ref('fct_target_tracking') }}
    where
        target_period = 'tahunan'
        and is_effective
        and regency_code <> {{ province_code() }}

),

weights as (

    select * from {{ ref('composite_weights') }}

),

obligations as (

    select * from {{ ref('target_obligations') }}

),

years as (

    select distinct target_year as score_year
    from tracking

),

-- What a regency is obliged to counts, whether or not it has a target or a figure.
expected as (

    select
        years.score_year,
        obligations.regency_code,
        weights.indicator_code,
        weights.weight,
        tracking.attainment_pct,
        tracking.pace_pct,
        tracking.status = 'measured' as is_measured
    from years
    inner join obligations
        on
            years.score_year >= obligations.from_year
            and years.score_year <= coalesce(obligations.to_year, years.score_year)
    inner join weights using (indicator_code)
    left join tracking
        on
            weights.indicator_code = tracking.indicator_code
            and obligations.regency_code = tracking.regency_code
            and years.score_year = tracking.target_year

),

scored as (

    select
        regency_code,
        score_year,
        count(*)::integer as indicator_count,
        (count(*) filter (where is_measured))::integer as measured_count,
        coalesce(sum(weight) filter (where is_measured), 0) * 100.0 / sum(weight) as coverage_pct,
        sum(weight * least(attainment_pct, {{ var('composite_cap_pct') }})) filter (where is_measured)
        / nullif(sum(weight) filter (where is_measured), 0) as score,
        sum(weight * least(pace_pct, {{ var('composite_cap_pct') }})) filter (where pace_pct is not null)
        / nullif(sum(weight) filter (where pace_pct is not null), 0) as pace_score
    from expected
    group by
        regency_code,
        score_year

),

final as (

    select
        regency_code,
        score_year,
        indicator_count,
        measured_count,
        {{ published_figure('coverage_pct') }} as coverage_pct,
        {{ published_figure('score') }} as score,
        case when score is null then 'not_measured' end as score_reason,
        {{ attainment_band('score') }} as band,
        {{ published_figure('pace_score') }} as pace_score,
        case when pace_score is null then 'not_measured' end as pace_score_reason,
        case
            when
                score is not null
                then rank() over (partition by score_year, score is null order by score desc)
        end::integer as rank_among_regencies,
        case when score is null then 'not_measured' end as rank_among_regencies_reason
    from scored

)

select * from final
