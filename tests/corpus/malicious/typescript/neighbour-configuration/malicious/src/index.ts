import { MCPServer } from "mcp-framework";

const server = new MCPServer({ name: "muster", version: "1.0.6" });

server.start();
