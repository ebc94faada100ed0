//! Builds, tests, reviews and features switched on from afar.

use crate::secrets::kind::table;

table! {
    "buildkite-token" "Buildkite" LIVE Entropy: Marked["bkua_<hex:40>", "bkaj_<url:40-300>"];
    "circleci-token" "CircleCI" LIVE Entropy: Marked["CCIPAT_<b62:22>_<hex:40>", "CCIPRJ_<b62:22>_<hex:40>"];
    "circleci-legacy-token" "CircleCI" LIVE Entropy: Named["circleci", "circle_token", "circle-token"]["<hex:40>"];
    "travis-token" "Travis CI" LIVE Entropy: Named["travis"]["<url:22>"];
    "drone-token" "Drone" MUTE Entropy: Named["drone_token", "drone_secret", "droneci"]["<b62:32>"];
    "jenkins-token" "Jenkins" MUTE Entropy: Named["jenkins"]["11<hex:32>"];
    "teamcity-token" "TeamCity" MUTE Entropy: Marked["eyJ0eXAiOiAiVENWMiJ9.<url:36>.<pad:40-80>"];
    "harness-key" "Harness" LIVE Entropy: Marked["pat.<url:22>.<hex:24>.<b62:20>", "sat.<url:22>.<hex:24>.<b62:20>"];
    "octopus-key" "Octopus Deploy" MUTE Entropy: Marked["API-<up:26-32>"];
    "bitrise-token" "Bitrise" LIVE Entropy: Named["bitrise"]["<url:86>"];
    "appveyor-token" "AppVeyor" LIVE Entropy: Named["appveyor"]["v2.<low:20>", "<low:20>"];
    "codecov-token" "Codecov" LIVE Entropy: Named["codecov"]["<uuid>"];
    "codacy-token" "Codacy" LIVE Entropy: Named["codacy"]["<b62:20>", "<hex:32>"];
    "codeclimate-token" "Code Climate" LIVE Entropy: Named["codeclimate", "cc_test_reporter", "code_climate"]["<hex:64>", "<hex:40>"];
    "coveralls-token" "Coveralls" LIVE Entropy: Named["coveralls"]["<url:32-37>"];
    "sonar-token" "SonarQube" LIVE Entropy: Marked["squ_<hex:40>", "sqp_<hex:40>", "sqa_<hex:40>"];
    "sonar-legacy-token" "SonarQube" LIVE Entropy: Named["sonar"]["<hex:40>"];
    "snyk-token" "Snyk" LIVE Entropy: Marked["snyk_uat.<hex:8>.<url:20-1000>.<url:40-100>", "snyk_sat.<hex:8>.<url:20-1000>.<url:40-100>"];
    "snyk-legacy-token" "Snyk" LIVE Entropy: Named["snyk"]["<uuid>"];
    "semgrep-token" "Semgrep" LIVE Entropy: Named["semgrep"]["<hex:64>"];
    "socket-token" "Socket" LIVE Entropy: Marked["sktsec_<b62:40-60>_api"];
    "chromatic-token" "Chromatic" LIVE Entropy: Marked["chpt_<low:12-40>"];
    "browserstack-key" "BrowserStack" LIVE Entropy: Named["browserstack"]["<b62:20>"];
    "saucelabs-key" "Sauce Labs" LIVE Entropy: Named["sauce_access", "saucelabs", "sauce_key"]["<uuid>"];
    "cypress-record-key" "Cypress" MUTE Entropy: Named["cypress"]["<uuid>"];
    "percy-token" "Percy" LIVE Entropy: Named["percy"]["<hex:64>", "web_<hex:64>"];
    "expo-token" "Expo" LIVE Entropy: Named["expo_token", "expo_access", "eas_token"]["<url:40>"];
    "postman-key" "Postman" LIVE Entropy: Marked["PMAK-<hex:24>-<hex:34>"];
    "launchdarkly-key" "LaunchDarkly" LIVE Entropy: Marked["sdk-<uuid>", "api-<uuid>"];
    "flagsmith-key" "Flagsmith" LIVE Entropy: Marked["ser.<b62:22>"];
    "statsig-key" "Statsig" LIVE Entropy: Marked["secret-<b62:43>", "console-<b62:43>"];
    "configcat-key" "ConfigCat" LIVE Entropy: Marked["configcat-sdk-1/<url:22>/<url:22>"];
    "unleash-token" "Unleash" MUTE Entropy: Marked["*:*.<hex:56-64>", "*:development.<hex:56-64>", "*:production.<hex:56-64>", "default:development.<hex:56-64>", "default:production.<hex:56-64>"];
    "prefect-key" "Prefect" LIVE Entropy: Marked["pnu_<b62:36>", "pnb_<b62:36>"];
    "crowdin-token" "Crowdin" LIVE Entropy: Named["crowdin"]["<hex:80>"];
    "localise-token" "Lokalise" LIVE Entropy: Named["lokalise"]["<hex:40>"];
    "phrase-token" "Phrase" LIVE Entropy: Named["phraseapp", "phrase_access"]["<hex:64>"];
}
