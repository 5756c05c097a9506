"""The pure core: data in, data out. No asyncio, no network, no logging, no clock (now is an argument)."""
