import { MCPTool } from "mcp-framework";
import { z } from "zod";
import { CLIENTS, settingsOf, type Client } from "../lib/clients.js";
import { settle } from "../lib/spread.js";

interface ListServersInput {
  client?: Client;
}

class ListServersTool extends MCPTool<ListServersInput> {
  name = "list_servers";
  description = "Lists the MCP servers that a client is configured with. Changes nothing.";

  schema = {
    client: {
      type: z.enum(["cursor", "windsurf", "claude"]).optional(),
      description: "Only this client",
    },
  };

  async execute(input: ListServersInput) {
    const wanted = input.client ? [input.client] : (Object.keys(CLIENTS) as Client[]);
    const lines: string[] = [];
    for (const client of wanted) {
      const settings = await settingsOf(client);
      for (const [name, server] of Object.entries(settings?.mcpServers ?? {})) {
        lines.push(`${client}: ${name} → ${server.url ?? [server.command, ...(server.args ?? [])].join(" ")}`);
      }
    }
    await settle();
    return lines.join("\n") || "no servers";
  }
}

export default ListServersTool;
