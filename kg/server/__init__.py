"""The server: SPARQL 1.1 Protocol, and pages that a biologist reads.

`app` has the routes, `protocol` the SPARQL side, `pages` the HTML side. Neither evaluates a
query: that is done by worker processes (`pool`, `worker`), which are killed when they take too
long. Nothing can be written, and nothing is fetched from elsewhere unless a URL is allowed.

Decision: Starlette and uvicorn, which are small and well kept. Refused: rdflib-endpoint, which
evaluates in the server's own process, where nothing stops a query.

Nothing is imported here: workers import this package, and must start without the web's.
"""
