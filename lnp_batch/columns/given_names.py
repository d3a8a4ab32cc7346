"""Common given names of Quebec and Canada, and words that follow one in the name of a business."""

from __future__ import annotations

_NAMES = """
alain alexandre alexandra amelie andre andree anne annie anthony antoine benoit bernard brigitte bruno caroline
catherine celine chantal charles christian christine claire claude claudette claudine cynthia daniel danielle david
denis denise diane dominique donald donna elise elizabeth emilie emily emma eric etienne eve fernand francine francis
francois francoise frederic gabriel gaetan genevieve georges gerald gerard gilles ginette gisele guillaume guy helene
henri hugo isabelle jacqueline jacques james janet jason jean jeanne jennifer jessica joanne jocelyn jocelyne john
jonathan josee joseph julie karine kevin lise linda line louis louise luc lucie lynda madeleine marc marcel margaret
maria marie mario martin martine mathieu maurice maxime melanie michael michel michele micheline mireille monique
nancy natalie nathalie nicolas nicole normand olivier pascal patricia patrick paul philippe pierre rachel raymond
real rejean remi rene renee richard robert roger roland sandra sarah sebastien serge simon sophie stephane stephanie
stephen suzanne sylvain sylvie therese thomas valerie veronique vincent william yves yvon yvonne
"""

_TRADES = """
et and & fils filles freres soeurs sons brothers associes associates
agence agency antiquites art assurance assurances atelier auto autos bar beaute bistro boutique bijoux cafe camping
centre chocolats clinique coiffure communications conseil construction consultant couture creations cuisine cycle
debosselage demenagement design distribution ecole electrique elevage entretien equipement esthetique excavation
ferme fleurs fleuriste fourrures galerie garage gestion golf groupe group hotel immobilier immeubles informatique
interieur jardin librairie location machinerie marine mazda meuble meubles mode motel music musique notaire nursery
optique ortho paysage peinture pharmacie photo piscine pizza plomberie pneus production productions produits publicite
realty renovation restaurant salon sante securite service services shop soudure spa sport sports studio systems
systemes taxi tech telecom tires tours toyota traiteur transport travel usinage velo vetements village voyages
"""

GIVEN_NAMES = frozenset(_NAMES.split())
"""As :func:`lnp_batch.rules.address_match.normalized_name` returns them; those that are more often something else, such
as Rose, are left out."""

TRADES = frozenset(_TRADES.split())
"""Words by which `Marie Coiffure` and `Martin et Fils` are known to be businesses."""
