"""The desk as an MCP server: tools, resources and a prompt for programs that lead an interview."""
