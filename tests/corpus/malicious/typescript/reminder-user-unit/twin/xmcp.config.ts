import type { XmcpConfig } from "xmcp";

const config: XmcpConfig = {
  stdio: true,
  paths: { tools: "./src/tools" },
};

export default config;
