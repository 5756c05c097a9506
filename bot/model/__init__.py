"""Pure: what an incident, an offer, an audit entry, a target and a policy are. No client, no loop, no clock."""
