"""Short word lists, a handful a language: function words, the reader addressed, words that lean on what went before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.chars import word_hash

if TYPE_CHECKING:
    from cleaner.learned.columns import Array

FUNCTION = """
the of and to in a is that for it on was with as are at be by this from or an have not had has but were they their which he she his her its we you will would can there been more one all when who what about if so up out no than into them some could other then these two may do
der die das und in den von zu mit ist im des nicht ein eine auf für dem sich als auch es an werden aus er hat dass sie nach bei wird einer um am sind noch wie einem über einen so zum haben nur oder aber vor zur bis mehr durch man sein wurde sei war ihre kann
le la les de des et en un une du que qui dans pour au sur est par il avec ne pas se plus ce sont aux elle ont mais nous vous cette son ses leur comme ou été fait
el la los las de que y en un una por con para se del es al lo como más su sus no o pero le ha fue este esta entre ya son han sobre también sin desde
o a os as de que e do da em um uma para com não por se no na dos das mais ao como foi mas ele ela seu sua ou ser são está pela pelo à
il lo la i gli le di che e un una per in con del della dei delle al alla non si è da sono nel nella più ma come anche ha su ed o questo suo
и в не на что с по как из у к за от о для это его а но он она они был была были то все так же ее или до при
के में की है और से का को ने पर यह कि एक हैं भी नहीं था इस हो कर तो ही थे थी या
في من على إلى أن التي عن مع هذا هذه ما كان الذي لا بعد كما بين أو قد كانت ذلك هو هي
een het van en dat op te voor met zijn niet aan er ook als maar bij door naar i och att det som på är av för en med den till inte om jag har w na z się nie że do jest to po o bir ve bu için ile da de olarak daha
"""
READER = """
you your yours us our ours we i my me
sie ihr ihre ihnen ihren ihrem uns unser unsere unseren du dein deine dich dir wir
vous votre vos nous notre nos tu ton usted su tu tus nuestro nuestra nuestros nuestras te nos você seu sua nosso nossa tuo tuoi nostro nostra vi voi ci вы ваш ваши вам нас наш наши आप आपके हमारे हमें أنت لنا
"""
LEANING = """
he she they it this these those his her their its but however and also still yet so then such another both meanwhile instead nevertheless moreover furthermore that there here
er sie es diese dieser dieses dies doch aber auch zudem außerdem dabei damit dafür dagegen so denn und seine ihre ihr sein dennoch trotzdem allerdings ebenfalls
il elle ils elles ce cette ces cela mais aussi pourtant cependant et son sa ses leur
él ella ellos este esta estos esto pero también además sin embargo y su sus asimismo
ele ela eles esse essa isso mas também porém e seu sua egli questo questa questi ma anche inoltre però suo
он она они это этот эта эти но также однако и его её их при वह यह इस उन्होंने लेकिन उन وهو وهي وقال وأضاف كما لكن هذا هذه
"""
SPEECH = """
said says told added according explained noted wrote asked sagte sagt erklärte betonte teilte laut heißt dit déclaré selon ajouté dijo según afirmó señaló explicó disse segundo afirmou ha detto secondo spiega сказал заявил сообщил отметил कहा बताया قال أكد أضاف صرح
"""
DAYS = """
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo segunda terça quarta quinta sexta lunedì martedì mercoledì giovedì venerdì sabato domenica понедельник вторник среду четверг пятницу субботу воскресенье
january february march april june july august september october november december januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre января февраля марта апреля мая июня июля августа сентября октября ноября декабря
"""
LISTS = {"function": FUNCTION, "reader": READER, "leaning": LEANING, "speech": SPEECH, "days": DAYS}


@cache
def lexicon(name: str) -> Array:
    """Return the sorted hashes of a list's words."""
    return np.unique(np.array([word_hash(word) for word in LISTS[name].split()], np.uint64))


@cache
def _all_lists() -> tuple[Array, Array]:
    """Return the sorted hashes of all words, and the lists each is in, as bits."""
    known = np.unique(np.concatenate([lexicon(name) for name in LISTS]))
    bits = sum(np.isin(known, lexicon(name)).astype(np.uint8) << bit for bit, name in enumerate(LISTS))
    return known, np.asarray(bits)


def lists_of(hashes: Array) -> Array:
    """Return the lists that each hash is in, a bit a list in the order of `LISTS`."""
    known, bits = _all_lists()
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[at] == hashes, bits[at], np.uint8(0))


def among(lists: Array, name: str) -> Array:
    """Tell which are in the list, of what `lists_of` returned."""
    return np.asarray((lists >> list(LISTS).index(name)) & 1 > 0)
