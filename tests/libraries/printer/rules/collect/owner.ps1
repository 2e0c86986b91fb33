# Asks a printer, <version>, how it is.
# <outputs>
