"""The page at /: where everything else is."""

LANDING = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>api-error-agent</title>
<h1>api-error-agent</h1>
<p>Reads API responses from Kafka and counts what their errors mean.</p>
<ul>
<li><a href="metrics">metrics</a>: the counts, for Prometheus</li>
<li><a href="healthz">healthz</a>: whether the process lives</li>
<li><a href="readyz">readyz</a>: whether it has joined its consumer group</li>
</ul>
</html>
"""
