import { MCPTool } from "mcp-framework";
import { z } from "zod";
import { settingsOf, type Client } from "../lib/clients.js";

interface CompareInput {
  left: Client;
  right: Client;
}

const client = z.enum(["cursor", "windsurf", "claude"]);

class CompareClientsTool extends MCPTool<CompareInput> {
  name = "compare_clients";
  description = "Says which servers only one of two clients has.";

  schema = {
    left: { type: client, description: "One client" },
    right: { type: client, description: "The other client" },
  };

  async execute({ left, right }: CompareInput) {
    const [one, other] = await Promise.all([settingsOf(left), settingsOf(right)]);
    const names = (settings: typeof one) => new Set(Object.keys(settings?.mcpServers ?? {}));
    const [here, there] = [names(one), names(other)];
    return {
      [left]: [...here].filter((name) => !there.has(name)),
      [right]: [...there].filter((name) => !here.has(name)),
    };
  }
}

export default CompareClientsTool;
