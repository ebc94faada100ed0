//! What looks like personal data and is none.

use super::passes;

#[test]
fn numbers_of_machines_are_nobody_s() {
    for text in [
        "550e8400-e29b-41d4-a716-446655440000",
        "a3f5c2d1-4be7-4f00-9a1b-411111111111",
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "commit 4111111111111111111111111111111111111111",
        "1718040301",
        "1718040301234",
        "1718040301234567",
        "2024-05-26T17:00:00.123456Z",
        "20240526170000",
        "20240526-1700",
        "2024052617",
        "17:00:00",
        "0.4111111111111111",
        "3.141592653589793",
        "-1.5e-10",
        "1,234,567,890",
        "v1.22.333",
        "1.2.3-beta.4+567",
        "10.15.7",
        "12.0.6099.109",
        "ports 8080, 8443, 9000-9010",
        "[1, 2, 3, 5, 8, 13, 21, 34, 55, 89]",
        "ISBN 978-3-16-148410-0",
        "EAN 4006381333931",
        "order #1234567890",
        "SKU-123456789",
        "product B08N5WRWNW",
        "id 123456789012345678",
        "chat -1001234567890",
        "error 0x80070057 at 0x7ffee4bff8a0",
        "rgb(255, 255, 255) #aabbcc",
        "1024x768",
        "100000000",
        "123456789",
        "1234567890",
        "12345678901",
        "123456782",
        "$1,234,567.89",
        "1 000 000",
        "85073003328",
        "123456789 987654321 123456789",
        "1234 5678 9012 3456 7890 1234",
        "/orders/4111111111111111",
        "/tmp/file-4111111111111111.txt",
        "build_4111111111111111",
        "https://example.org/a/4111111111111111?x=1",
        "%2041111111111111113",
        "4111111111111112",
        "0000000000000000",
        "1111 1111 1111 1111",
        "tag 12345678a",
    ] {
        passes(text);
    }
}

#[test]
fn definitions_of_tools_say_nothing_of_anybody() {
    for text in [
        "Send an e-mail to a customer. The phone number must be in E.164 form.",
        "salary_min: the lowest salary in USD, between 10000 and 500000",
        "Validate an IBAN, a BIC or a passport number (6 to 9 characters).",
        "Look up a patient by medical record; returns diagnoses and medication.",
        "Returns the date of birth as YYYY-MM-DD.",
        "Maximum 100000 rows; timeout 30000 ms; port 5432.",
        "The SSN is masked as ***-**-1234.",
        "Card number as 16 digits without blanks; card holder; expiry MM/YY.",
    ] {
        passes(text);
    }
}
