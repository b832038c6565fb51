"""The GraphQL front door: GraphQL over HTTP, over server-sent events and over WebSocket, for one schema.

It reads and refuses, runs operations and presents results. What a context holds, who may do what, and which errors
clients may see is given to it (`Hooks`); it never looks into the domain."""
