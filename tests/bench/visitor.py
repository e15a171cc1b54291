"""A visitor without a browser: Streamlit's own messages over its WebSocket, as the page in a browser sends them."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

SENTENCE = re.compile(r"^\*\*([^*]*patients[^*]*)\*\*")


class Visitor:
    """One session. `open` and `click` return when the server has sent the whole page.

    Parameters
    ----------
    address : of the server, e.g. "http://localhost:8501"
    page : its place in the address, e.g. "survival"
    query : of the address it opens

    Attributes
    ----------
    sentence : the selection in words, as the page last said it
    elements : how many elements the last run sent
    """

    def __init__(self, address: str, page: str, query: str = "") -> None:
        self.address, self.page = address, page
        self.sentence = ""
        self.elements = 0
        self._query = query
        self._script = ""
        self._pills: dict[str, tuple[str, list[str]]] = {}
        self._chosen: dict[str, list[str]] = {}
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Visitor:
        host = urlsplit(self.address).netloc
        self._socket = await connect(f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        first = {"query_string": self._query, "page_name": self.page, "context_info": self._context()}
        await self._run(BackMsg(rerun_script=first))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def click(self, field: str, *levels: str) -> None:
        """Choose exactly these levels of a field's pills."""
        widget, offered = self._pills[field]
        self._chosen[widget] = [one for one in offered if one.rpartition(" · ")[0] in levels]
        states = [{"id": key, "string_array_value": {"data": data}} for key, data in self._chosen.items()]
        await self._run(
            BackMsg(
                rerun_script={
                    "query_string": self._query,
                    "page_script_hash": self._script,
                    "widget_states": {"widgets": states},
                    "context_info": self._context(),
                }
            )
        )

    def _context(self) -> dict[str, Any]:
        where = f"{self.address}/{self.page}"
        return {"timezone": "Europe/Brussels", "locale": "en-GB", "url": where, "color_scheme": "light"}

    async def _run(self, message: BackMsg) -> None:
        """Send, and read until the script has finished."""
        assert self._socket is not None
        self.elements = 0
        await self._socket.send(message.SerializeToString())
        async for data in self._socket:
            assert isinstance(data, bytes)
            answer = ForwardMsg.FromString(data)
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self._script = answer.navigation.page_script_hash
            elif kind == "page_info_changed":
                self._query = answer.page_info_changed.query_string
            elif kind == "delta":
                self._take(answer)
            elif kind == "script_finished":
                if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"The run ended with status {answer.script_finished}.")
                return
        raise RuntimeError("The server closed the connection.")

    def _take(self, answer: ForwardMsg) -> None:
        if answer.delta.WhichOneof("type") != "new_element":
            return
        self.elements += 1
        element = answer.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"The page failed: {element.exception.message}")
        if kind == "button_group":
            group = element.button_group
            self._pills[group.label] = (group.id, [one.content for one in group.options])
            if group.set_value:
                self._chosen[group.id] = list(group.raw_values)
        elif kind == "markdown" and (said := SENTENCE.match(element.markdown.body)):
            self.sentence = said[1].replace("\\", "")
