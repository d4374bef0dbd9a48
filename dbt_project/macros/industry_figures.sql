{#- The programmes as text, side by side. -#}
{% macro programme_names() -%}
    {%- for each in var('industry_programmes') -%}
        '{{ each }}'{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The columns that say which programmes a unit belongs to. -#}
{% macro programme_flags(units) -%}
    {%- for each in var('industry_programmes') -%}
        {{ units }}.is_{{ each }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Which classes of units belong to a programme, as the condition of an aggregate. -#}
{% macro is_in_programme(classes, programme) -%}
    where case {{ programme }}
        {%- for each in var('industry_programmes') %}
        when '{{ each }}' then {{ classes }}.is_{{ each }}
        {%- endfor %}
    end
{%- endmacro %}

{#-
    Value added of a unit: production less raw material. Null unless workers are stated too, so that value added and
    productivity are of the same units and their difference says nothing about those that state no workers.
-#}
{% macro value_added(unit) -%}
    case
        when {{ unit }}.worker_count is not null then {{ unit }}.production_idr - {{ unit }}.material_idr
    end
{%- endmacro %}

{#- Whether a unit has a certificate: halal, SNI or a brand of its own. -#}
{% macro is_certified(unit) -%}
    ({{ unit }}.is_halal is true or {{ unit }}.is_sni is true or {{ unit }}.has_brand is true)
{%- endmacro %}

{#- Whether a unit says anything of halal, SNI or brand. -#}
{% macro certification_is_stated(unit) -%}
    coalesce({{ unit }}.is_halal, {{ unit }}.is_sni, {{ unit }}.has_brand) is not null
{%- endmacro %}

{#- Value added per worker, at most ten decimals; null without workers. -#}
{% macro productivity(value_added, workers) -%}
    trim_scale(round({{ value_added }} * 1.0 / nullif({{ workers }}, 0), 10))
{%- endmacro %}

{#-
    (E_ir / E_r) / (E_ip / E_p): the part of an industry among a place's workers against its part in the province, at
    most ten decimals; null where the place or the province has no workers to compare with.
-#}
{% macro location_quotient(place_part, place, province_part, province) -%}
    trim_scale(round(
        {{ place_part }}::numeric * {{ province }}
        / nullif({{ place }}::numeric * {{ province_part }}, 0),
        10
    ))
{%- endmacro %}

{#- Part / whole x 100, at most ten decimals; null where the whole is nothing. -#}
{% macro contribution(part, whole) -%}
    {{ percent_of(part, "nullif(" ~ whole ~ ", 0)") }}
{%- endmacro %}

{#- The change of a regency's workers in an industry, had they grown as all industry of the province. -#}
{% macro shift_provincial(before, province_before, province_now) -%}
    {{ before }}::numeric * ({{ province_now }} - {{ province_before }}) / {{ province_before }}
{%- endmacro %}

{#-
    What it adds that this industry grew unlike all industry of the province. Nothing where the province had none of it
    the year before: then the regency had none either.
-#}
{% macro shift_mix(before, industry_before, industry_now, province_before, province_now) -%}
    coalesce(
        {{ before }}::numeric * {{ industry_now }} / nullif({{ industry_before }}, 0)
        - {{ before }}::numeric * {{ province_now }} / {{ province_before }},
        0
    )
{%- endmacro %}

{#- What the regency gained beyond what this industry's growth in the province would have brought it. -#}
{% macro shift_competitive(before, now, industry_before, industry_now) -%}
    {{ now }} - coalesce({{ before }}::numeric * {{ industry_now }} / nullif({{ industry_before }}, 0), 0)
{%- endmacro %}
