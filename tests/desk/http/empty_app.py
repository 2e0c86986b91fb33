"""An empty FastAPI handler with the body model of /v1/diagnose: what the API's speed is measured against."""

from __future__ import annotations

from fastapi import FastAPI

from desk.http.bodies import DiagnoseRequest

app = FastAPI()


@app.post("/v1/diagnose")
async def diagnose(body: DiagnoseRequest) -> dict[str, str]:
    return {}
