{#- Class of the indicator of food price anomalies (FAO, SDG 2.c.1); the low side is this project's mirror of the high. -#}
{% macro ifpa_class(value) -%}
    case
        when {{ value }} >= 1 then 'abnormally_high'
        when {{ value }} >= 0.5 then 'moderately_high'
        when {{ value }} <= -1 then 'abnormally_low'
        when {{ value }} <= -0.5 then 'moderately_low'
        when {{ value }} is not null then 'normal'
    end
{%- endmacro %}

{#- Class of the alert for price spikes (WFP, ALPS). -#}
{% macro alps_class(value) -%}
    case
        when {{ value }} >= 2 then 'crisis'
        when {{ value }} >= 1 then 'alert'
        when {{ value }} >= 0.25 then 'stress'
        when {{ value }} is not null then 'normal'
    end
{%- endmacro %}
