"""What a step of the state machine may be made of; numbers are what `Ledger._numbered` makes of them."""

from hypothesis import strategies as st

from tests.ledger.orders import ROUTES, Expire, Extend, Place, Release, Settle

numbers = st.integers(0, 9)
routes = st.integers(0, len(ROUTES) - 1)
lifetimes = st.sampled_from([0, 1, None, 2])
"""Days that credits live from today; None for ever."""
places = st.builds(
    Place,
    number=numbers,
    amount=st.sampled_from([5, 1, 2, 3, 8, 13, 30, 0]),
    route=routes,
    minutes=st.sampled_from([5, 60, 1500, 3000]),
)
settles = st.builds(
    Settle, number=numbers, actual=st.sampled_from([5, 0, 1, 3, 8, 13, 20, -1]), route=routes, hint=st.booleans()
)
releases = st.builds(Release, number=numbers)
expiries = st.builds(Expire, number=numbers)
extensions = st.builds(Extend, number=numbers, minutes=st.integers(0, 60))
orders = st.one_of(places, settles, places, settles, releases, expiries, extensions)
