{#-
    Compound monthly growth over `months` months, as a share: (price / earlier)^(1 / months) - 1, as FAO defines CQGR
    (3 months) and CAGR (12) for the indicator of food price anomalies, SDG 2.c.1.
-#}
{% macro compound_growth(price, earlier, months) -%}
    power(({{ price }})::double precision / {{ earlier }}, 1.0::double precision / {{ months }}) - 1
{%- endmacro %}

{#- Mean of `value` weighted by `weight` over the rows that have a value. -#}
{% macro weighted_mean(value, weight) -%}
    sum({{ weight }} * {{ value }})
    / sum({{ weight }}) filter (where {{ value }} is not null)::double precision
{%- endmacro %}

{#-
    FAO's weighted standard deviation of SDG 2.c.1: sqrt(Σ w (x - mean)² / (Σ w x (k - 1) / k)) over the k rows that have
    a value; null with fewer than two. A spread that floating point alone makes is zero.
-#}
{% macro weighted_deviation(value, weight, mean) -%}
    case
        when max({{ value }}) - min({{ value }}) <= 1e-12 then 0
        else sqrt(
            sum({{ weight }} * ({{ value }} - {{ mean }}) * ({{ value }} - {{ mean }}))
            / (
                sum({{ weight }}) filter (where {{ value }} is not null)::double precision
                * (count({{ value }}) - 1) / nullif(count({{ value }}), 0)
            )
        )
    end
{%- endmacro %}
