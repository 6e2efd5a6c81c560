"""Dataset versions: audits, manifests, certificates, exports."""
