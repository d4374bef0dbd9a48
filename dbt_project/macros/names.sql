{#-
    What two spellings of one name share: letters and digits without case, spaces and punctuation ("U.D. Maju" and
    "UD Maju" are one name). The legal form stays: "CV Maju" is another name than "UD Maju".
-#}
{% macro name_key(text) -%}
    regexp_replace(lower({{ text }}), '[^[:alnum:]]+', '', 'g')
{%- endmacro %}

{#- As name_key, of a village without the word for it ("Desa Sukomulyo", "Kel. Sukomulyo"). -#}
{% macro village_key(text) -%}
    {{ name_key("regexp_replace(lower(" ~ text ~ "), '^ *(desa|ds|kelurahan|kel)(?![[:alnum:]])', '')") }}
{%- endmacro %}

{#- What tells a unit without NIB from others of its regency: its name, village and KBLI, from a row of int_industry_row. -#}
{% macro unit_name(row) -%}
    concat_ws('|', {{ row }}.name_key, {{ row }}.village_key, {{ row }}.kbli_key)
{%- endmacro %}

{#-
    The public key of a unit. Hashed twice with the installation's salt (as HMAC does), which readers do not have: a plain
    hash of thirteen digits could be guessed by trying them all.
-#}
{% macro unit_key(regency_code, identity, salt) -%}
    {{ regency_code }} || '-' || left(
        encode(
            sha256(
                convert_to({{ salt }}, 'UTF8')
                || sha256(convert_to(concat_ws('|', {{ salt }}, {{ regency_code }}, {{ identity }}), 'UTF8'))
            ),
            'hex'
        ),
        20
    )
{%- endmacro %}

{#- The words of a product's name, with one space between them. -#}
{% macro product_words(text) -%}
    btrim(regexp_replace(lower({{ text }}), '[^[:alnum:]]+', ' ', 'g'))
{%- endmacro %}

{#-
    Whether two products, as product_words gives them, are one: they are equal, or one holds the other as whole words
    and that is more than a single word ("keripik singkong" in "keripik singkong gedangsari", but not "keripik").
-#}
{% macro is_same_product(one, other) -%}
    (
        {{ one }} = {{ other }}
        or (position(' ' in {{ one }}) > 0 and position(' ' || {{ one }} || ' ' in ' ' || {{ other }} || ' ') > 0)
        or (position(' ' in {{ other }}) > 0 and position(' ' || {{ other }} || ' ' in ' ' || {{ one }} || ' ') > 0)
    )
{%- endmacro %}

{#- Whether a KBLI code begins with one of the prefixes, of two to five digits, that a seed lists as kbli_prefix. -#}
{% macro is_among_kbli(kbli_code, seed) -%}
    (
        {% for digits in [2, 3, 4, 5] -%}
            left({{ kbli_code }}, {{ digits }}) in (select prefixes.kbli_prefix from {{ ref(seed) }} as prefixes)
            {{ 'or ' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- The words of a firm's name without its legal form: how alike two names are shows in what is left. -#}
{% macro name_without_form(text) -%}
    regexp_replace(
        {{ product_words(text) }}, '^(p ?t|c ?v|u ?d|p ?d|f ?a|firma|kop|koperasi|kub|toko|usaha dagang)\M ?', ''
    )
{%- endmacro %}
