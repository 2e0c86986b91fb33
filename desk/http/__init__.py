"""The desk over HTTP: the API under /v1, health and metrics, and where pages and MCP are mounted."""
