# Expressions over the tokens of src/notation/token.ts. Scripts, delimiters, fractions and environments are already
# one `atom` each, and every list inside them is parsed by its own run, so this grammar only knows relations, lists,
# sums, products, juxtapositions, and operators such as \sum that take the rest of their product.
# Left recursive throughout (Earley is linear there), and unambiguous: src/notation/expression.ts refuses a second parse.
@preprocessor esmodule
@{%
const lexer = { has: () => true };
const node = (rule) => (parts) => ({ rule, parts });
const only = (parts) => parts[0];
%}
@lexer lexer

# A statement joins sides, and a side may be a list: `z, a \in \mathbb{R}^H`, `j = 1, \dots, D`.
statement -> side                        {% only %}
           | statement %rel side         {% node("relation") %}
side      -> sum                         {% only %}
           | side %comma sum             {% node("list") %}

# Between delimiters and in scripts it is the other way round: a list of relations.
items     -> item                        {% only %}
           | items %comma item           {% node("list") %}
item      -> sum                         {% only %}
           | item %rel sum               {% node("relation") %}

sum       -> term                        {% only %}
           | %unary term                 {% node("signed") %}
           | sum %sign term              {% node("sum") %}

# A big operator ends its term, because its body is the rest of the product.
term      -> product                     {% only %}
           | tail                        {% only %}
           | product tail                {% node("beside") %}
           | product %op tail            {% node("product") %}
           | product %op signedtail      {% node("product") %}
product   -> beside                      {% only %}
           | product %op beside          {% node("product") %}
           | product %op signedbeside    {% node("product") %}
signedbeside -> %unary beside            {% node("signed") %}
signedtail   -> %unary tail              {% node("signed") %}
beside    -> %atom                       {% only %}
           | beside %atom                {% node("beside") %}
tail      -> %big                        {% only %}
           | %big term                   {% node("big") %}
           | %big signedterm             {% node("big") %}
signedterm -> %unary term                {% node("signed") %}
