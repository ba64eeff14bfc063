"""What every agency does that meets a person: hear a worry, take a consent, take a no.

Mounted by the services that meet people; free for a partner's own system.
"""
