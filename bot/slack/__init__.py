"""The only importer of slack_sdk among the service's folders: posting and updating."""
