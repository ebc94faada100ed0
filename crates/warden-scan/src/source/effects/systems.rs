//! The products that servers connect to: how their hosts and libraries are called.

/// A product that a server reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// `GitHub`.
    GitHub,
    /// `GitLab`.
    GitLab,
    /// `PostgreSQL`.
    Postgres,
    /// `MySQL` and `MariaDB`.
    MySql,
    /// Snowflake.
    Snowflake,
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// Jira.
    Jira,
    /// Linear.
    Linear,
    /// Grafana.
    Grafana,
    /// Datadog.
    Datadog,
    /// Stripe.
    Stripe,
    /// Slack.
    Slack,
    /// Salesforce.
    Salesforce,
    /// Files of the machine.
    Files,
}

/// How a product is recognised.
struct Signs {
    system: System,
    name: &'static str,
    /// Ends of the names of its hosts.
    hosts: &'static [&'static str],
    /// Starts of the names of libraries: a whole name, or one with `/`, `.` or `-` behind.
    libraries: &'static [&'static str],
}

/// Every product.
static SIGNS: &[Signs] = &[
    Signs {
        system: System::GitHub,
        name: "github",
        hosts: &["github.com", "githubusercontent.com"],
        libraries: &[
            "github",
            "octokit",
            "@octokit",
            "github3",
            "ghapi",
            "PyGithub",
            "gidgethub",
            "github.com/google/go-github",
            "github.com/shurcooL/githubv4",
        ],
    },
    Signs {
        system: System::GitLab,
        name: "gitlab",
        hosts: &["gitlab.com"],
        libraries: &[
            "gitlab",
            "@gitbeaker",
            "node-gitlab",
            "github.com/xanzy/go-gitlab",
            "gitlab.com/gitlab-org/api",
        ],
    },
    Signs {
        system: System::Postgres,
        name: "postgres",
        hosts: &["neon.tech"],
        libraries: &[
            "psycopg",
            "psycopg2",
            "psycopg_pool",
            "asyncpg",
            "pg",
            "pg-promise",
            "postgres",
            "aiopg",
            "pg8000",
            "github.com/jackc/pgx",
            "github.com/lib/pq",
            "@neondatabase",
            "@vercel/postgres",
        ],
    },
    Signs {
        system: System::MySql,
        name: "mysql",
        hosts: &[],
        libraries: &[
            "mysql",
            "mysql2",
            "pymysql",
            "aiomysql",
            "MySQLdb",
            "asyncmy",
            "mariadb",
            "github.com/go-sql-driver/mysql",
        ],
    },
    Signs {
        system: System::Snowflake,
        name: "snowflake",
        hosts: &["snowflakecomputing.com"],
        libraries: &["snowflake", "snowflake-sdk", "github.com/snowflakedb/gosnowflake"],
    },
    Signs {
        system: System::Aws,
        name: "aws",
        hosts: &["amazonaws.com"],
        libraries: &[
            "boto3",
            "botocore",
            "aiobotocore",
            "aioboto3",
            "aws-sdk",
            "@aws-sdk",
            "github.com/aws/aws-sdk-go",
            "github.com/aws/aws-sdk-go-v2",
        ],
    },
    Signs {
        system: System::Azure,
        name: "azure",
        hosts: &["azure.com", "windows.net", "azurewebsites.net", "azure.net", "visualstudio.com"],
        libraries: &[
            "azure",
            "@azure",
            "msrestazure",
            "azure-devops-node-api",
            "github.com/Azure/azure-sdk-for-go",
            "github.com/microsoft/azure-devops-go-api",
        ],
    },
    Signs {
        system: System::Gcp,
        name: "gcp",
        hosts: &["googleapis.com"],
        libraries: &[
            "google.cloud",
            "googleapiclient",
            "@google-cloud",
            "googleapis",
            "cloud.google.com/go",
            "google.golang.org/api",
        ],
    },
    Signs {
        system: System::Jira,
        name: "jira",
        hosts: &["atlassian.net", "atlassian.com"],
        libraries: &[
            "jira",
            "atlassian",
            "jira-client",
            "jira.js",
            "github.com/andygrunwald/go-jira",
            "github.com/ctreminiom/go-atlassian",
        ],
    },
    Signs {
        system: System::Linear,
        name: "linear",
        hosts: &["linear.app"],
        libraries: &["@linear", "linear_api"],
    },
    Signs {
        system: System::Grafana,
        name: "grafana",
        hosts: &["grafana.net", "grafana.com"],
        libraries: &[
            "grafana_client",
            "grafana_api",
            "@grafana",
            "github.com/grafana/grafana-openapi-client-go",
            "github.com/grafana/grafana-api-golang-client",
        ],
    },
    Signs {
        system: System::Datadog,
        name: "datadog",
        hosts: &["datadoghq.com", "datadoghq.eu", "ddog-gov.com"],
        libraries: &[
            "datadog",
            "datadog_api_client",
            "@datadog",
            "dogapi",
            "github.com/DataDog/datadog-api-client-go",
        ],
    },
    Signs {
        system: System::Stripe,
        name: "stripe",
        hosts: &["stripe.com"],
        libraries: &["stripe", "@stripe", "github.com/stripe/stripe-go"],
    },
    Signs {
        system: System::Slack,
        name: "slack",
        hosts: &["slack.com"],
        libraries: &[
            "slack_sdk",
            "slack_bolt",
            "slack",
            "slackclient",
            "@slack",
            "github.com/slack-go/slack",
        ],
    },
    Signs {
        system: System::Salesforce,
        name: "salesforce",
        hosts: &["salesforce.com", "force.com"],
        libraries: &[
            "simple_salesforce",
            "jsforce",
            "@salesforce",
            "github.com/simpleforce/simpleforce",
        ],
    },
    Signs { system: System::Files, name: "files", hosts: &[], libraries: &[] },
];

impl System {
    /// Every product.
    pub fn all() -> impl Iterator<Item = Self> {
        SIGNS.iter().map(|signs| signs.system)
    }

    /// The lower-case name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        SIGNS.iter().find(|signs| signs.system == self).map_or("", |signs| signs.name)
    }

    /// The product that a host belongs to.
    #[must_use]
    pub fn of_host(host: &str) -> Option<Self> {
        let lower = host.to_ascii_lowercase();
        let belongs = |end: &&str| {
            lower.strip_suffix(*end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        SIGNS.iter().find(|signs| signs.hosts.iter().any(belongs)).map(|s| s.system)
    }

    /// The product that a library speaks to, by the start of an API path.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (module, rest) = path.split_once(':')?;
        // Python's path has only the first part of a module's name before the colon.
        let dotted = format!("{module}.{rest}");
        let is = |library: &&str| {
            let starts = |whole: &str, between: char| {
                whole
                    .strip_prefix(*library)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(between))
            };
            starts(module, '/') || (library.contains('.') && starts(&dotted, '.'))
        };
        SIGNS.iter().find(|signs| signs.libraries.iter().any(is)).map(|s| s.system)
    }

    /// The product that an address of a database or a service names by its scheme.
    #[must_use]
    pub fn of_scheme(scheme: &str) -> Option<Self> {
        match scheme {
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::MySql),
            "snowflake" => Some(Self::Snowflake),
            "s3" => Some(Self::Aws),
            "gs" => Some(Self::Gcp),
            "file" => Some(Self::Files),
            _ => None,
        }
    }
}
