import { MCPTool } from "mcp-framework";
import { z } from "zod";
import { overview } from "../lib/report.js";

interface OverviewInput {
  file: string;
}

class WriteOverviewTool extends MCPTool<OverviewInput> {
  name = "write_overview";
  description = "Writes a Markdown overview of the servers of all clients to a file.";

  schema = {
    file: { type: z.string().endsWith(".md"), description: "Where to write it" },
  };

  async execute({ file }: OverviewInput) {
    const count = await overview(file);
    return `${count} servers written to ${file}`;
  }
}

export default WriteOverviewTool;
