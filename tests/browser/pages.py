"""Every page in every state that looks different. Tests visit them, and `make screenshots` draws them.

Each table has a service of its own. A state is built once in it; the line says how, and answers where to look.
"""

from tests.browser.states_moves import MOVES
from tests.browser.states_plans import PLANS
from tests.browser.states_records import RECORDS

TABLES = (MOVES, PLANS, RECORDS)
PAGES = tuple(line for table in TABLES for line in table)
