//! Where code lives, and the registries of packages.

use crate::secrets::kind::table;

table! {
    "github-token" "GitHub" LIVE Crc62: Marked["ghp_<b62:36>", "gho_<b62:36>", "ghu_<b62:36>", "ghs_<b62:36>"];
    "github-refresh-token" "GitHub" MUTE Entropy: Marked["ghr_<b62:36>", "ghr_<b62:76>"];
    "github-fine-grained-token" "GitHub" LIVE Entropy: Marked["github_pat_<b62:22>_<b62:59>"];
    "github-legacy-token" "GitHub" LIVE Entropy: Named["github_token", "github_oauth", "github_api", "gh_token"]["<hex:40>"];
    "gitlab-token" "GitLab" LIVE Entropy: Marked["glpat-<url:20>", "glpat-<url:27-300>.<low:2>.<low:9>", "glpat-<url:27-300>.<low:2><low:7>"];
    "gitlab-deploy-token" "GitLab" LIVE Entropy: Marked["gldt-<url:20>"];
    "gitlab-runner-token" "GitLab" LIVE Entropy: Marked["glrt-<url:20>", "glrt-t<dig:1>_<url:20>", "glrt-<url:27-300>.<low:2>.<low:9>"];
    "gitlab-runner-registration" "GitLab" LIVE Entropy: Marked["GR1348941<url:20>", "glrtr-<url:20>"];
    "gitlab-job-token" "GitLab" MUTE Entropy: Marked["glcbt-<low:1-5>_<url:20>", "glcbt-<url:20>"];
    "gitlab-trigger-token" "GitLab" MUTE Entropy: Marked["glptt-<hex:40>"];
    "gitlab-feed-token" "GitLab" MUTE Entropy: Marked["glft-<url:20>", "glft-<hex:64>-<dig:1-12>"];
    "gitlab-mail-token" "GitLab" MUTE Entropy: Marked["glimt-<low:25>"];
    "gitlab-oauth-secret" "GitLab" MUTE Entropy: Marked["gloas-<hex:64>"];
    "gitlab-scim-token" "GitLab" MUTE Entropy: Marked["glsoat-<url:20>"];
    "gitlab-agent-token" "GitLab" MUTE Entropy: Marked["glagent-<url:50>"];
    "gitlab-flag-token" "GitLab" MUTE Entropy: Marked["glffct-<url:20>"];
    "gitlab-session" "GitLab" MUTE Entropy: Marked["_gitlab_session=(<hex:32>"];
    "atlassian-token" "Atlassian" LIVE Entropy: Marked["ATATT3<upd:50-250>", "ATCTT3<upd:50-250>"];
    "bitbucket-app-password" "Bitbucket" LIVE Entropy: Marked["ATBB<b62:32>"];
    "bitbucket-repository-token" "Bitbucket" LIVE Entropy: Marked["BBDC-<b64:44>"];
    "bitbucket-client-secret" "Bitbucket" LIVE Entropy: Named["bitbucket"]["<b62:32>"];
    "atlassian-legacy-token" "Atlassian" LIVE Entropy: Named["atlassian", "jira", "confluence"]["<b62:24>"];
    "gitea-token" "Gitea" MUTE Entropy: Named["gitea", "forgejo", "codeberg"]["<hex:40>"];
    "gogs-token" "Gogs" MUTE Entropy: Named["gogs"]["<hex:40>"];
    "sourcegraph-token" "Sourcegraph" LIVE Entropy: Marked["sgp_<hex:16>_<hex:40>", "sgp_local_<hex:40>", "sgp_<hex:40>", "slk_<hex:64>", "sgd_<hex:64>"];
    "npm-token" "npm" LIVE Crc62: Marked["npm_<b62:36>"];
    "npm-legacy-token" "npm" LIVE Entropy: Marked["_authToken=(<uuid>", "_authToken = (<uuid>", "_authToken=\"(<uuid>"];
    "pypi-token" "PyPI" MUTE Entropy: Marked["pypi-AgEIcHlwaS5vcmc<url:50-1000>", "pypi-AgENdGVzdC5weXBpLm9yZw<url:50-1000>"];
    "rubygems-key" "RubyGems" LIVE Entropy: Marked["rubygems_<hex:48>"];
    "cargo-token" "crates.io" LIVE Entropy: Marked["cio<b62:32>"];
    "nuget-key" "NuGet" MUTE Entropy: Marked["oy2<low:43>"];
    "packagist-token" "Packagist" LIVE Entropy: Marked["packagist_out_<hex:42-80>", "packagist_uut_<hex:42-80>", "packagist_ack_<hex:42-80>"];
    "clojars-token" "Clojars" LIVE Entropy: Marked["CLOJARS_<hex:60>"];
    "hex-key" "Hex" LIVE Entropy: Named["hex_api", "hexpm"]["<hex:32>"];
    "jfrog-key" "JFrog" LIVE Entropy: Marked["AKCp<b62:69>", "cmVmdGtu<b62:56>"];
    "artifactory-password" "JFrog" LIVE Entropy: Named["artifactory", "jfrog"]["AP<b62:32-90>", "<b62:73>"];
    "gemfury-token" "Gemfury" LIVE Entropy: Named["gemfury", "fury_auth", "fury_token"]["<b62:20>"];
    "cloudsmith-key" "Cloudsmith" LIVE Entropy: Named["cloudsmith"]["<hex:40>"];
    "anaconda-token" "Anaconda" LIVE Entropy: Named["anaconda", "conda_token", "binstar"]["<b62:2>-<uuid>"];
    "open-vsx-token" "Open VSX" LIVE Entropy: Marked["ovsxat_<uuid>"];
}
