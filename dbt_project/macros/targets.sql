{#-
    Attainment in percent, unrounded (PermenPANRB 8/2021). higher: R / T; lower: (2T - R) / T; range: 100 inside, else
    against the nearer bound. Null without a realisation or where the target or bound is not positive; never below 0;
    above 100 it is not capped.
-#}
{% macro attainment_pct(direction, realised, target, lower, upper) -%}
    case
        when {{ realised }} is null then null
        when {{ direction }} = 'higher' and {{ target }} > 0
            then greatest({{ realised }} * 100.0 / {{ target }}, 0)
        when {{ direction }} = 'lower' and {{ target }} > 0
            then greatest((2 * {{ target }} - {{ realised }}) * 100.0 / {{ target }}, 0)
        when {{ direction }} = 'range' and {{ realised }} between {{ lower }} and {{ upper }}
            then 100
        when {{ direction }} = 'range' and {{ realised }} < {{ lower }} and {{ lower }} > 0
            then greatest({{ realised }} * 100.0 / {{ lower }}, 0)
        when {{ direction }} = 'range' and {{ realised }} > {{ upper }} and {{ upper }} > 0
            then greatest((2 * {{ upper }} - {{ realised }}) * 100.0 / {{ upper }}, 0)
    end
{%- endmacro %}

{#- The band of an attainment: the highest whose limit lies below the exact value (seed attainment_bands). -#}
{% macro attainment_band(attainment) -%}
    (
        select bands.band
        from {{ ref('attainment_bands') }} as bands
        where
            {{ attainment }} is not null
            and coalesce({{ attainment }} > bands.above_pct, true)
        order by bands.above_pct desc nulls last
        limit 1
    )
{%- endmacro %}

{#- A computed figure as it is published: at most ten decimals. -#}
{% macro published_figure(value) -%}
    trim_scale(round({{ value }}, 10))
{%- endmacro %}

{#- Number of a target version: 0 for the original, n for adjusted_n. -#}
{% macro version_number(target_version) -%}
    coalesce(substring({{ target_version }} from '^adjusted_([0-9]+)$')::integer, 0)
{%- endmacro %}

{#- What a set of rows makes of a figure over regencies or months: sum, mean, or weighted by the parts of a ratio. -#}
{% macro aggregated(aggregation, value, numerator, denominator) -%}
    case {{ aggregation }}
        when 'sum' then sum({{ value }})
        when 'mean' then avg({{ value }})
        when 'weighted'
            then
                sum({{ numerator }}) filter (where {{ denominator }} is not null) * 100.0
                / nullif(sum({{ denominator }}) filter (where {{ numerator }} is not null), 0)
    end
{%- endmacro %}
