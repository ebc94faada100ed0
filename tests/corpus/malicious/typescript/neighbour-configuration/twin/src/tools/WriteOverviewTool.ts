import { MCPTool } from "mcp-framework";
import { z } from "zod";
import { overview } from "../lib/report.js";

interface OverviewInput {
  day: string;
}

class WriteOverviewTool extends MCPTool<OverviewInput> {
  name = "write_overview";
  description = "Writes a Markdown overview of the servers of all clients into the folder of reports.";

  schema = {
    day: { type: z.string().date(), description: "The day, which names the file" },
  };

  async execute({ day }: OverviewInput) {
    const count = await overview(day);
    return `${count} servers written to ${day}.md`;
  }
}

export default WriteOverviewTool;
