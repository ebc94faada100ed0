//! The large clouds besides Microsoft's.

use crate::secrets::kind::table;

table! {
    "aws-access-key-id" "Amazon Web Services" MUTE AwsAccount: Marked["AKIA<b32:16>", "ASIA<b32:16>", "ABIA<b32:16>", "ACCA<b32:16>"];
    "aws-secret-access-key" "Amazon Web Services" LIVE Entropy: Named["aws", "SecretAccessKey", "amazon"]["<b64:40>"];
    "aws-session-token" "Amazon Web Services" LIVE Entropy: Marked["IQoJb3JpZ2lu<pad:200-2000>", "FwoGZXIvYXdz<pad:200-2000>"];
    "aws-bedrock-key" "Amazon Web Services" LIVE Entropy: Marked["ABSKQmVkcm9ja0FQSUtleS<pad:80-250>", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t<pad:60-2000>"];
    "aws-appsync-key" "Amazon Web Services" MUTE Entropy: Marked["da2-<low:26>"];
    "amazon-mws-token" "Amazon" LIVE Entropy: Marked["amzn.mws.<uuid>"];
    "amazon-oauth-secret" "Amazon" LIVE Entropy: Marked["amzn1.oa2-cs.v1.<hex:64>"];
    "alibaba-access-key-id" "Alibaba Cloud" MUTE Entropy: Marked["LTAI<b62:17-21>"];
    "alibaba-access-key-secret" "Alibaba Cloud" LIVE Entropy: Named["alibaba", "aliyun", "alicloud"]["<b62:30>"];
    "tencent-secret-id" "Tencent Cloud" MUTE Entropy: Marked["AKID<b62:32>"];
    "tencent-secret-key" "Tencent Cloud" LIVE Entropy: Named["tencent", "qcloud"]["<b62:32>"];
    "google-api-key" "Google" LIVE Entropy: Marked["AIza<url:35>"];
    "google-oauth-secret" "Google" MUTE Entropy: Marked["GOCSPX-<url:28>"];
    "google-oauth-token" "Google" LIVE Entropy: Marked["ya29.<url:30-2000>"];
    "google-refresh-token" "Google" LIVE Entropy: Marked["1//0<url:40-200>"];
    "google-hmac-key-id" "Google" MUTE Entropy: Marked["GOOG1E<up:55>"];
    "google-hmac-secret" "Google" LIVE Entropy: Named["goog_secret", "gcs_secret", "gcs_hmac", "goog_hmac", "gs_secret"]["<b64:40>"];
    "google-captcha-secret" "Google" LIVE Entropy: Named["recaptcha", "captcha_secret"]["6L<url:38>"];
    "firebase-server-key" "Google" LIVE Entropy: Marked["AAAA<url:7>:APA91b<url:134>"];
    "google-chat-webhook" "Google" MUTE Entropy: Marked["chat.googleapis.com/v1/spaces/<url:8-16>/messages?key=(<url:39>&token=<pct:40-60>"];
    "ibm-cloud-key" "IBM Cloud" LIVE Entropy: Named["ibm", "bluemix", "watson"]["<url:44>"];
    "ibm-cos-secret" "IBM Cloud" LIVE Entropy: Named["cos_hmac", "ibm_cos", "coshmac"]["<hex:48>"];
    "yandex-api-key" "Yandex Cloud" LIVE Entropy: Marked["AQVN<url:35-38>"];
    "yandex-iam-token" "Yandex Cloud" LIVE Entropy: Marked["t1.9eu<url:40-1000>.<url:86>"];
    "yandex-oauth-token" "Yandex" LIVE Entropy: Marked["y0_<url:55-60>"];
    "yandex-secret-key" "Yandex Cloud" LIVE Entropy: Marked["YCM<url:37>", "YCN<url:37>", "YCO<url:37>", "YCP<url:37>"];
    "huawei-access-key-secret" "Huawei Cloud" LIVE Entropy: Named["huawei", "hwcloud"]["<b62:40>"];
    "volcengine-access-key-id" "Volcengine" MUTE Entropy: Marked["AKLT<b62:40-70>"];
    "baidu-access-key-secret" "Baidu Cloud" LIVE Entropy: Named["baidu", "bce_secret"]["<hex:32>"];
    "minio-secret-key" "MinIO" MUTE Entropy: Named["minio"]["<b64:40>", "<b62:32>"];
    "wasabi-secret-key" "Wasabi" LIVE Entropy: Named["wasabi"]["<b62:40>"];
    "backblaze-key" "Backblaze" LIVE Entropy: Marked["K00<dig:1><b64:27>"];
}
