//! The register. A new figure is an entry here.

use super::{Fact, State};

/// Every figure that this product or its sources speak of.
pub static FACTS: &[Fact] = &[
    Fact {
        id: "exposed-servers",
        about: "MCP servers on the public internet without authentication",
        state: State::Corrected,
        own: "M5",
        wording: "1,862 MCP servers exposed on the public internet with zero authentication in \
                  late 2025",
        finding: "1,862 discovered in July 2025; 119 probed, and 119 of 119 of these were \
                  unauthenticated",
        source: "Knostic, July 2025",
        marks: &[&["1,862"], &["1862", "server"]],
    },
    Fact {
        id: "command-injection-share",
        about: "open-source MCP servers with command injection",
        state: State::Corrected,
        own: "M9",
        wording: "43 % of open-source MCP servers contain command injection (Astrix)",
        finding: "the figure is of Equixly, March 2025; Astrix (October 2025, more than 5,200 \
                  repositories) says that 88 % need credentials, 53 % use static secrets, 8.5 % \
                  OAuth, and 79 % take them from environment variables",
        source: "Equixly, March 2025; Astrix, October 2025",
        marks: &[&["43 %", "command injection"], &["43%", "command injection"]],
    },
    Fact {
        id: "mcp-remote-installations",
        about: "what CVE-2025-6514 affected",
        state: State::Corrected,
        own: "",
        wording: "CVE-2025-6514 affected more than 437,000 developer environments",
        finding: "more than 437,000 downloads of mcp-remote, of which versions from 0.0.5 to before \
                  0.1.16 are affected (CVSS 9.6); downloads are not environments",
        source: "JFrog, July 2025",
        marks: &[&["437,000"], &["437k"], &["437 000"]],
    },
    Fact {
        id: "shadow-ai-premium",
        about: "what shadow AI adds to the cost of a breach",
        state: State::Verified,
        own: "M17",
        wording: "a shadow-AI premium of 670,000 USD above a standard breach",
        finding: "a high level of shadow AI adds 670,000 USD vs organisations with low or no shadow \
                  AI; affected incidents 4.63 M USD, global mean 4.44 M, United States 10.22 M",
        source: "IBM, Cost of a Data Breach 2025",
        marks: &[&["670,000"], &["670k"], &["670 000"]],
    },
    Fact {
        id: "ai-access-controls",
        about: "organisations with an AI incident that lacked access controls for AI",
        state: State::Verified,
        own: "",
        wording: "97 % of organisations with an AI-related incident lacked AI access controls, and \
                  63 % had no AI policy",
        finding: "",
        source: "IBM, Cost of a Data Breach 2025",
        marks: &[&["97 %", "access controls"], &["63 %", "ai policy"]],
    },
    Fact {
        id: "agent-to-agent-monitored",
        about: "organisations that monitor interactions between agents",
        state: State::NotFound,
        own: "M7-agents",
        wording: "only 17 % of organisations monitor agent-to-agent interactions",
        finding: "",
        source: "as cited in a published guide to MCP servers",
        marks: &[&["17 %", "agent-to-agent"], &["17%", "agent-to-agent"]],
    },
    Fact {
        id: "ai-traffic-monitored",
        about: "organisations that monitor AI traffic end-to-end",
        state: State::NotFound,
        own: "M7",
        wording: "only 38 % of organisations monitor AI traffic end-to-end",
        finding: "",
        source: "as cited in a published guide to MCP servers",
        marks: &[&["38 %", "end-to-end"], &["38%", "end-to-end"]],
    },
    Fact {
        id: "github-mcp-leak",
        about: "the case of a public issue that made an agent publish private data",
        state: State::Verified,
        own: "",
        wording: "May 2025, Invariant Labs: a malicious public issue leaked private repositories, \
                  salaries among them, through the GitHub MCP server",
        finding: "MITRE ATLAS and CoSAI have cases of the same kind: AML.CS0054, AML.CS0053 and \
                  AML.CS0045",
        source: "Invariant Labs, May 2025",
        marks: &[&["invariant labs", "salar", "leaked"]],
    },
];
